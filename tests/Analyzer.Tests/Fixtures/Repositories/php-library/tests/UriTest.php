<?php
final class UriTest extends PHPUnit\Framework\TestCase {}
