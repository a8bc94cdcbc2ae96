import 'package:test/test.dart';
