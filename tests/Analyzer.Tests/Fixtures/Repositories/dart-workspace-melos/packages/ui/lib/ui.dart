class Ui {}
