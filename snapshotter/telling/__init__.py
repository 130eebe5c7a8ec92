"""Followers of subscriptions told what is new, was revised, or is gone: by webhook, by e-mail.

events    arrivals in the catalog → what became of which article, and how far all of them were read
choosing  wishes → the events that are of interest
message   events → a message, as JSON and as text
webhook   a signed POST, to the open internet alone
mail      an e-mail, by apprise
round     who is due, told; what came of it, noted
"""
