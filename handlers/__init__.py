"""The channels: one folder each. Platform event in, neutral event on; neutral view in, native message out."""
