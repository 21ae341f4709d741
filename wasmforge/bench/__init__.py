"""Times the same call in several engines and languages, in alternating rounds, in processes that stay alive."""
