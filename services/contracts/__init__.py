"""Contracts asks: what did we buy, on which terms, and what does the contract system need to know?

Listens to  ExposureFound, ExposureEnded (subcontractors), every step of a case (breaches),
            ListUpdated (screening)
Announces   ContractSigned, ClausesSet, ContractAmended, ContractEnded, ContractStatusChanged,
            PartyStatusChanged, StatusAcknowledged
"""
