"""The demo: a made-up consortium whose people, figures and posts come from a few small files and a generator.

``cast`` reads ``seeds/demo``; ``calendar`` hangs its dates on one as-of day; ``drawing`` makes daily figures without a
database (the benchmark uses it too); the other files write, each one room's part, through that room's own actions.
What is written is only what people and platforms would have given: whatever the product concludes, it concludes itself.
"""
