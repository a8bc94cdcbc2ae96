@@BOM@@#!/bin/sh
echo a
