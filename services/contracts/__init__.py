"""Contracts asks: what did we buy, on which terms, and what does the contract system need to know?

Listens to  ExposureFound, ExposureEnded (subcontractors), every step of a case (breaches),
            ListUpdated, PartyScreened, hits, OwnershipConcluded, OwnershipFlagged (screening),
            PartyQualified, QualificationLost, ClaimContradicted, ClaimReconciled,
            SubcontractorsNamed (onboarding)
Announces   ProcedureOpened, AwardIntended, AwardChecksMissing, AwardChecksDone, ProcedureAwarded,
            ContractSigned, ClausesSet, ContractAmended, ContractPassedOn, ContractEnded,
            GoodsListed, StockAttested, StockFellShort, StockRestored, ContractStatusChanged,
            PartyStatusChanged, StatusAcknowledged
"""
