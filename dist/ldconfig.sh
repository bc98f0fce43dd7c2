#!/bin/sh
# What the loader knows is made anew when the library comes or goes.
exec ldconfig
