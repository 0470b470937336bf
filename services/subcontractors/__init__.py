"""Subcontractors asks: who really does the work, whom does a fact touch, who must be replaced?

Listens to  ContractSigned, ContractAmended, ContractPassedOn, ContractEnded, ClausesSet,
            GoodsListed, SubcontractorsNamed, PartyChanged, PartyAliased, PartiesMerged, PartySplit,
            OwnershipDeclared, DocumentVerified, PartyScreened, HitRaised, HitConfirmed,
            HitDismissed, HitReopened, HitEnded, OwnershipFlagged, OwnershipConcluded,
            JurisdictionFlagged, JurisdictionEnded, ClaimContradicted, PartyQualified,
            QualificationLost, BreachFlagged, CaseJoined, BreachDismissed, BreachRemedied,
            CaseSettled, CaseDisputed, CaseResumed, LicenceNoted,
            ConsequenceOrdered, DecisionWithdrawn
Announces   SubcontractorDeclared, SubcontractorApproved, SubcontractorNotApproved,
            ChainUpdateRequested, SubcontractorChangeNotified, SubcontractorChanged,
            SubcontractorChangeRefused, SubcontractorWithdrawn, ChainViolationFound,
            ChainViolationEnded, ExposureFound, ExposureEnded, ReplacementDemanded,
            SubstituteProposed, SubstituteChecked, SubstituteCleared, SubstituteRefused,
            ProvisionalSubstituteAllowed, ProvisionalSubstituteEnded, SubcontractorReplaced,
            ReplacementOverdue, ReplacementExtended, ReplacementPaused, ReplacementResumed,
            ReplacementPassedOn, ReplacementWithdrawn

A fact about a party knows no contract. This service alone keeps who works on which contract and
who owns whom, and says which contracts and buyers a fact touches, in which role and by which path.
There is no order between the facts it hears: it keeps all of them and looks at the whole again.
"""
