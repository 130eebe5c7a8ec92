"""What a run did, as JSON and as a text for people, and the exit status it earns.

(Nothing is imported here: every command needs its exit statuses, and few of them a run's report.)
"""
