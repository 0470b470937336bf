"""Onboarding asks of every party: who is it, and what can it document?

Listens to  ContractSigned, ContractEnded, SubcontractorDeclared, SubcontractorNotApproved,
            SubcontractorWithdrawn, SubcontractorReplaced, SubstituteProposed, SubstituteRefused,
            EnquiryOpened, HearingOpened, ReplacementDemanded
Announces   PartyRegistered, PartyChanged, OwnershipDeclared, DocumentRequested, DocumentReceived,
            DocumentRead, DocumentNeedsReview, DocumentCorrected, DocumentRedacted,
            DocumentForgotten, DocumentVerified, DocumentRejected, DocumentOverdue, ClaimMade,
            ClaimSupported, ClaimContradicted, ClaimReconciled, SubcontractorsNamed,
            PartyQualified, QualificationLost
"""
