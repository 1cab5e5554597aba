"""The Partner Center: composition of the apps, and the little library below them."""
