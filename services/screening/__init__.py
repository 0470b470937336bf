"""Screening asks of every party: is it, or anyone who owns it, on a list or in a listed tax haven?

Listens to  PartyRegistered, PartyChanged, PartyAliased, PartiesMerged, PartySplit,
            OwnershipDeclared, DocumentRequested, BreachFlagged, CaseJoined, EnquiryOpened,
            EnquiryAnswered, BreachDismissed, BreachRemedied, PayeeAccountMet
Announces   ListUpdated, ListRefused, ListOverdue, ListRenewed, PartyScreened, CoverageStated,
            CoverageOverdue, CoverageClosed, HitRaised, HitConfirmed, HitDismissed, HitReopened,
            HitEnded, OwnershipFlagged, OwnershipConcluded,
            ControlChanged, ChangeOfControlNoted, ChangeOfControlAnswered, PayeeAccountNoted,
            JurisdictionFlagged, JurisdictionEnded
"""
