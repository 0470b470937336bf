"""Contracts asks: what did we buy, on which terms, and what does the contract system need to know?

Listens to  ExposureFound, ExposureEnded, who joins and leaves a chain (subcontractors), every step
            of a case (breaches), ListUpdated (screening), PartyAliased (onboarding)
Announces   ContractSigned, ClausesSet, ContractAmended, ContractEnded, ContractStatusChanged,
            PartyStatusChanged, StatusAcknowledged, StatusNotAcknowledged, StatusEndpointOpened,
            StatusEndpointClosed
"""
