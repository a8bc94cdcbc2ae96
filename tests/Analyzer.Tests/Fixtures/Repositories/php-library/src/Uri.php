<?php
final class Uri {}
