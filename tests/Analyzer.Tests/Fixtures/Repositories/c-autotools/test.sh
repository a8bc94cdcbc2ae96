#!/bin/sh
./bell
