"""One rule a file: a case goes in, findings come out. The table of rules is in findings.py."""
