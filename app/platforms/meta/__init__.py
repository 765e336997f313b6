"""What Facebook and Instagram share: the Graph interface of Meta, asked through facebook-business.

``calls`` is the one way to it; ``trouble`` turns what goes wrong into the contract's errors; ``sign_in`` finds which
page a token speaks for; ``insights`` reads statistics by day, where one withdrawn metric must not cost the others;
``stream`` reads an account's posts and ``comments`` what stands under them; ``values`` reads single values out of answers that may be anything. No reader lives here, and nothing is written to
Meta.
"""
