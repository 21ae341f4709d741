"""Times the same call in several engines and languages, by turns, in processes that stay alive for it."""
