"""Contracts asks: what did we buy, on which terms, and what does the contract system need to know?

Listens to  ExposureFound, ExposureEnded, who joins and leaves a chain (subcontractors), every step
            of a case (breaches), ListUpdated, PartyScreened, hits, OwnershipConcluded,
            OwnershipFlagged, JurisdictionFlagged, JurisdictionEnded (screening), PartyAliased,
            PartiesMerged, PartySplit, PartyQualified, QualificationLost, ClaimContradicted,
            ClaimReconciled, SubcontractorsNamed (onboarding)
Announces   ProcedureOpened, AwardIntended, AwardChecksMissing, AwardChecksDone, ProcedureAwarded,
            ContractSigned, ClausesSet, ContractAmended, ContractPassedOn, ContractEnded,
            GoodsListed, StockAttested, StockFellShort, StockRestored, ContractStatusChanged,
            PartyStatusChanged, StatusAcknowledged, StatusNotAcknowledged, StatusEndpointOpened,
            StatusEndpointClosed, PaymentSourceOpened, PaymentSourceClosed, PayeeMet,
            PayeeAccountMet, PaymentsScreened, PaymentsHeld, PaymentsReleased, PaymentsStopped,
            PaymentsCleared, PaymentsRefused, PaymentsTakenAgain
Takes in    invoices to be paid, on `payments.in.v1`
"""
