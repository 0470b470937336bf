"""Breaches asks: which rule is touched, on which basis may we act, and what follows?

Listens to  ProcedureOpened, AwardIntended, ProcedureAwarded, ContractSigned, ClausesSet,
            GoodsListed, ContractPassedOn, ContractEnded, SubcontractorDeclared, ExposureFound,
            ExposureEnded, ClaimMade, ClaimContradicted, ClaimReconciled, ClaimOverdue,
            HitConfirmed, HitDismissed, HitReopened, HitEnded, OwnershipFlagged,
            OwnershipConcluded, JurisdictionFlagged, JurisdictionEnded, DocumentSuspended,
            DocumentWithdrawn, DocumentReinstated, ChainViolationFound, ChainViolationEnded,
            FindingRaised, FindingDisputed, FindingRuled, CorrectiveActionOverdue,
            CorrectiveActionVerified, BackPayShown, SubcontractorReplaced, SubcontractorWithdrawn,
            SubcontractorNotApproved, SubstituteRefused, ReplacementDemanded, ReplacementOverdue,
            ReplacementExtended, ReplacementResumed, ReplacementWithdrawn,
            ProvisionalSubstituteAllowed, ProvisionalSubstituteEnded, LetterDelivered
Announces   BreachFlagged, CaseJoined, EnquiryOpened, EnquiryAnswered, EnquiryLapsed,
            InterimMeasureOrdered, InterimMeasureLifted, PrecautionOrdered, PrecautionEnded,
            BreachConfirmed, SecondApprovalGiven, ContractorInstructed,
            AuthorityReported, LicenceNoted, HearingOpened, HearingAnswered, HearingLapsed,
            SelfCleaningAssessed, OpinionRequested, OpinionReceived, DecisionProposed,
            DecisionApproved, PersonRecused, ConsequenceOrdered, PaymentHoldOrdered,
            PaymentReleaseDue, PaymentHoldReleased, CasePassedOn, ReportPassedOn, FactsReused,
            DecisionCorrected, DecisionWithdrawn, DeadlineExtended,
            CaseDisputed, CaseResumed, CaseSettled, SupplyAssessed, SupplySecured,
            BreachDismissed, BreachRemedied, BreachEscalated, LetterIssued, DeliveryNoted,
            DeliveryMissing, AlongsideHeard,
            InsightRequested, InsightItemNamed, InsightHearingOpened, InsightHearingAnswered,
            InsightHearingLapsed, InsightItemRuled, InsightDelayed, InsightOverdue,
            InsightDecided, InsightSent, InsightWithdrawn, InsightLetterIssued,
            InsightContactGiven, InsightLetterDelivered

Nothing that hurts anyone happens without a person. Every waiting state has a deadline and somebody
whose turn it is; a step that the law wants cannot be skipped, and the attempt says which and why.
"""
