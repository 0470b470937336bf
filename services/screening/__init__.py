"""Screening asks of every party: is it, or anyone who owns it, on a list or in a listed tax haven?

Listens to  PartyRegistered, PartyChanged, PartyAliased, OwnershipDeclared
Announces   ListUpdated, ListRefused, PartyScreened, CoverageStated, HitRaised, HitConfirmed,
            HitDismissed, HitReopened, HitEnded, OwnershipFlagged, JurisdictionFlagged
"""
