"""Breaches asks: which rule is touched, on which basis may we act, and what follows?

Listens to  ContractSigned, ClausesSet, ContractEnded, SubcontractorDeclared, ExposureFound,
            ExposureEnded, ClaimContradicted, ClaimReconciled, ChainViolationFound, FindingRaised,
            CorrectiveActionOverdue, CorrectiveActionVerified, SubcontractorReplaced,
            SubcontractorWithdrawn, SubcontractorNotApproved, SubstituteRefused,
            ReplacementOverdue, ReplacementExtended, ReplacementWithdrawn
Announces   BreachFlagged, CaseJoined, EnquiryOpened, EnquiryAnswered, InterimMeasureOrdered,
            InterimMeasureLifted, BreachConfirmed, SecondApprovalGiven, ContractorInstructed,
            HearingOpened, HearingAnswered, HearingLapsed, DecisionProposed, DecisionApproved,
            ConsequenceOrdered, BreachDismissed, BreachRemedied, BreachEscalated

Nothing that hurts anyone happens without a person. Every waiting state has a deadline and somebody
whose turn it is; a step that the law wants cannot be skipped, and the attempt says which and why.
"""
