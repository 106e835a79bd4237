"""The operators of augmented assignments."""

from autodiff.engine.inplace import operate_in_place

__all__ = ["add", "bitwise_and", "bitwise_or", "div", "floor_divide", "mul", "pow", "remainder", "sub"]

add = operate_in_place("add")
sub = operate_in_place("sub")
mul = operate_in_place("mul")
div = operate_in_place("div")
floor_divide = operate_in_place("floor_divide")
remainder = operate_in_place("remainder")
pow = operate_in_place("pow")
bitwise_and = operate_in_place("bitwise_and")
bitwise_or = operate_in_place("bitwise_or")
