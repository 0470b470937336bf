"""Contracts asks: what did we buy, on which terms, and what does the contract system need to know?

Listens to  ExposureFound, ExposureEnded, who joins and leaves a chain (subcontractors), every step
            of a case (breaches), ListUpdated, PartyScreened, hits, OwnershipConcluded,
            OwnershipFlagged (screening), PartyAliased, PartiesMerged, PartySplit,
            PartyQualified, QualificationLost, ClaimContradicted, ClaimReconciled,
            SubcontractorsNamed (onboarding)
Announces   ProcedureOpened, AwardIntended, AwardChecksMissing, AwardChecksDone, ProcedureAwarded,
            ContractSigned, ClausesSet, ContractAmended, ContractPassedOn, ContractEnded,
            GoodsListed, StockAttested, StockFellShort, StockRestored, ContractStatusChanged,
            PartyStatusChanged, StatusAcknowledged, StatusNotAcknowledged, StatusEndpointOpened,
            StatusEndpointClosed
"""
