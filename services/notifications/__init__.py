"""Notifications asks of everything that happens: who must know, now, and did they see it?

Listens to  every fact: needs ring the people of their role and buyer, facts with a one-time link
            become letters to the supplier
Announces   NotificationDelivered, NotificationAcknowledged, NotificationEscalated
"""
