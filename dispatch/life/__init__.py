"""The further life of a case: holds, extensions, waivers and exceptions, each by two people."""
