"""Makes the generated stubs importable: import this before them. The command line names the server and the folder that they are in."""

import pathlib
import sys

import google
import grpc

TARGET, _FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])

# Some generated packages have the names of installed ones: they are looked up in both places.
sys.path.insert(0, str(_FOLDER))
grpc.__path__.append(str(_FOLDER / "grpc"))
if str(_FOLDER / "google") not in google.__path__:
    google.__path__.append(str(_FOLDER / "google"))
