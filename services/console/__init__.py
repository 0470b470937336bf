"""The console asks: what needs my decision today?

Listens to  every fact, into read models of its own
Announces   nothing: what a user decides on a page goes to the service that it concerns
"""
