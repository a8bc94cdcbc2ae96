part 'tiny.g.dart';

class Tiny {}
