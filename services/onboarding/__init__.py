"""Onboarding asks of every party: who is it, and what can it document?

Listens to  ContractSigned, ContractEnded, SubcontractorDeclared, SubcontractorNotApproved,
            SubcontractorWithdrawn, SubcontractorReplaced, SubstituteProposed, SubstituteRefused,
            EnquiryOpened, HearingOpened, ReplacementDemanded, PartyScreened, HitRaised,
            HitConfirmed, HitDismissed, HitReopened, HitEnded, ChangeOfControlNoted,
            ChangeOfControlAnswered
Announces   PartyRegistered, PartyChanged, PartiesAlike, PartiesKeptApart, PartiesMerged,
            PartySplit, RegisterAnswered, OwnershipDeclared, DocumentPlanned, DocumentRequested,
            DocumentReminded, DocumentRequestWithdrawn, DocumentReceived, DocumentRead,
            DocumentNeedsReview, DocumentVerified, DocumentRejected, DocumentOverdue,
            DocumentExpiring, DocumentExpired, DocumentReplaced, DocumentSuspended,
            DocumentReinstated, DocumentWithdrawn, ClaimMade, ClaimSupported, ClaimContradicted,
            ClaimReconciled, ClaimOverdue, ClaimWaived, ClaimReopened, SubcontractorsNamed,
            QualificationMoved, QualificationStalled, PartyQualified, QualificationRefused,
            QualificationLost
"""
