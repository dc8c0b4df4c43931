"""Cuts lead requests to the fake. Only here are HTTP clients changed; each library has its module."""
