part '../../../../etc/passwd.g.dart';
