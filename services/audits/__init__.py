"""Audits asks: is what was promised being done, and does what is found get mended?

Listens to  ContractSigned, ClausesSet, ContractAmended, ContractEnded
Announces   AuditPlanned, AuditHeld, FindingRaised, FindingDisputed, FindingRuled,
            FindingClosed, FindingReopened, EffectivenessCheckDue, EffectivenessChecked,
            CorrectiveActionProposed, CorrectiveActionCountered, CorrectiveActionWithdrawn,
            CorrectiveActionAgreed, CorrectiveActionExtended, CorrectiveActionReminded,
            CorrectiveActionEscalated, CorrectiveActionOverdue, CorrectiveActionVerified,
            WagesCompared, WagesClaimed, WagesLetBe, BackPayShown
"""
