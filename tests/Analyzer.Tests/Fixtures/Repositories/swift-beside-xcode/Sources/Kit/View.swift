import UIKit

public final class View: UIView {}
