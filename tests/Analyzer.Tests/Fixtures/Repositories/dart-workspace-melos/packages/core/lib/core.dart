import 'dart:io';

final url = Platform.environment['DATABASE_URL'];
