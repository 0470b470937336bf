"""Audits asks: is what was promised being done, and does what is found get mended?

Listens to  ContractSigned, ClausesSet, ContractAmended, ContractEnded, GoodsListed,
            SubcontractorDeclared, SubcontractorChanged, SubcontractorWithdrawn, ExposureFound,
            ExposureEnded, DocumentKept, BreachFlagged, BreachDismissed, BreachRemedied,
            EnquiryOpened, EnquiryAnswered, ConsequenceOrdered, StockAttested, StockFellShort,
            StockRestored
Announces   AuditPlanned, AuditMoved, AuditCalledOff, AuditPrepared, AuditAnnounced,
            AuditorStoodAside, AuditHeld, AuditReused, RiskChanged,
            YearPlanProposed, YearPlanChanged, YearPlanApproved, DeferredFollowUpUrgent,
            FindingRaised, FindingDisputed, FindingRuled,
            FindingClosed, FindingReopened, EffectivenessCheckDue, EffectivenessChecked,
            CorrectiveActionProposed, CorrectiveActionCountered, CorrectiveActionWithdrawn,
            CorrectiveActionAgreed, CorrectiveActionExtended, CorrectiveActionReminded,
            CorrectiveActionEscalated, CorrectiveActionOverdue, CorrectiveActionVerified,
            WagesCompared, WagesClaimed, WagesLetBe, BackPayShown,
            EvidenceRequested, EvidenceReminded, EvidenceDelegated, EvidenceExtended,
            EvidenceOverdue, EvidenceReceived, EvidenceAccepted, EvidenceAskedAgain,
            EvidenceWithdrawn, QuotaSet, QuotaReported, QuotaVerified, QuotaFellShort,
            QuotaSettled, ComplaintReceived, ComplaintAssessed, DialogueNoted, DialogueFollowed
"""
