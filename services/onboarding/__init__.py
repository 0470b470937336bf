"""Onboarding asks of every party: who is it, and what can it document?

Listens to  ProcedureOpened, AwardIntended, ProcedureAwarded, ContractSigned, ContractEnded,
            SubcontractorDeclared, SubcontractorNotApproved, SubcontractorWithdrawn,
            SubcontractorReplaced, SubstituteProposed, SubstituteRefused, EnquiryOpened,
            PayeeMet,
            HearingOpened, LetterIssued, ReplacementDemanded, PartyScreened, HitRaised,
            HitConfirmed, HitDismissed, HitReopened, HitEnded, ChangeOfControlNoted,
            ChangeOfControlAnswered, EvidenceRequested, EvidenceDelegated
Announces   PartyRegistered, PartyChanged, PartyAliased, PartiesMerged, PartySplit,
            OwnershipDeclared, PartiesAlike, PartiesKeptApart, RegisterAnswered, DocumentRequested,
            DocumentPlanned, DocumentReminded, DocumentReceived, DocumentScanned, DocumentOpened,
            DocumentKept, FilesQuestioned, FilesSwept, UploadLinkOpened, UploadLinkClosed,
            DocumentRead, DocumentCorrected, DocumentRedacted, DocumentForgotten,
            DocumentNeedsReview, DocumentVerified, DocumentRejected, DocumentExpiring,
            DocumentExpired, DocumentReplaced, DocumentSuspended, DocumentReinstated,
            DocumentWithdrawn, DocumentOverdue, DocumentRequestWithdrawn, ClaimMade, ClaimSupported,
            ClaimContradicted, ClaimReconciled, ClaimOverdue, ClaimWaived, ClaimReopened,
            SubcontractorsNamed, QualificationMoved, QualificationStalled, QualificationRefused,
            PartyQualified, QualificationLost, RetentionBegan, ErasureAnnounced, ErasureDecided,
            ErasureHeld, ErasureReleased, ErasureWaits, DataErased
"""
