/** Arithmetic, mathematics, comparisons and what chooses between values. */
export const NUMBERS = `
number | number number | @ + @
number | number number | @ - @
number | number number | @ * @
int | int int | @ + @
bigint | int bigint | @ + @
bigint | bigint int | @ * @
double | double double | @ * @
double | int int | @ / @
double | double double | @ / nullif(@, 0)
decimal | decimal decimal | @ / nullif(@, 0)
wide | decimal wide | @ + @
wide | wide decimal | @ - @
wide | decimal decimal | @ * @
wide | wide int | @ / nullif(@, 0)
double | float int | @ + @
float | float smallint | @ * @
double | double double | try_divide(@, @)
decimal | decimal decimal | try_divide(@, @)
number | number number | try_add(@, @)
number | number number | try_subtract(@, @)
number | number number | try_multiply(@, @)
number | number number | try_mod(@, @)
decimal | decimal int | @ * @
double | decimal double | @ + @
number | number number | @ % nullif(@, 0)
number | number number | mod(@, nullif(@, 0))
bigint | integral integral | @ DIV nullif(@, 0)
bigint | exact exact | @ DIV nullif(@, 0)
number | number number | pmod(@, nullif(@, 0))
number | number | abs(@)
number | number | -@
number | number | negative(@)
number | number | positive(@)
double | double | round(@, 1)
float | float | round(@, 2)
decimal | decimal | round(@, 1)
wide | wide | round(@, 3)
decimal | decimal | bround(@, 1)
int | int | round(@, -1)
bigint | bigint | bround(@, -2)
double | double | bround(@)
bigint | double | ceil(@)
bigint | fractional | floor(@)
decimal | decimal | ceil(@)
decimal | decimal | floor(@, 1)
decimal | decimal | ceiling(@, -1)
decimal | int | floor(@, -1)
double | double | rint(@)
double | number | sqrt(abs(@))
double | number | cbrt(@)
double | double | exp(@ / 1024D)
double | double | expm1(@ / 1024D)
double | number | ln(abs(@) + 1)
double | number | log10(@)
double | number | log2(@)
double | number | log1p(@)
double | int double | log(abs(@) + 2, @)
double | double double | power(abs(@), @ / 512D)
double | int int | pow(@, @ % 5)
double | number | sin(@)
double | number | cos(@)
double | double | tan(@)
double | double | asin(@ / 1024D)
double | double | acos(@ / 1024D)
double | double | atan(@)
double | double double | atan2(@, @)
double | double | sinh(@ / 100D)
double | double | cosh(@ / 100D)
double | double | tanh(@)
double | double | asinh(@)
double | double | acosh(@)
double | double | atanh(@ / 1024D)
double | double | sec(@)
double | double | csc(@)
double | double | cot(@)
double | double double | hypot(@, @)
double | number | degrees(@)
double | number | radians(@)
double | number | sign(@)
double | span | signum(@)
bigint | int | factorial(@ % 25)
int | double int | width_bucket(@, 0D, 100D, abs(@ % 10) + 1)
integral | integral integral | @ & @
integral | integral integral | @ | @
integral | integral integral | @ ^ @
integral | integral | ~@
int | int int | shiftleft(@, @)
bigint | bigint int | shiftright(@, @)
int | int int | shiftrightunsigned(@, @)
int | int int | @ << @
int | integral | bit_count(@)
tinyint | bigint int | bit_get(@, pmod(@, 64))
tinyint | int int | getbit(@, pmod(@, 32))
bigint | bigint | bitmap_bit_position(@)
bigint | bigint | bitmap_bucket_number(@)
ordered | ordered ordered | greatest(@, @)
ordered | ordered ordered ordered | least(@, @, @)
double | double int | least(@, @)
wide | decimal wide | greatest(@, @)
any | boolean any any | if(@, @, @)
any | any any any | coalesce(@, @, @)
any | any any | nvl(@, @)
any | any any | ifnull(@, @)
decimal | int decimal | coalesce(@, @)
double | bigint double | nvl(@, @)
ordered | ordered ordered | nullif(@, @)
number | number | nullifzero(@)
number | number | zeroifnull(@)
fractional | fractional fractional | nanvl(@, @)
boolean | fractional | isnan(@)
any | string any any | nvl2(@, @, @)
any | boolean any any | CASE WHEN @ THEN @ ELSE @ END
any | boolean any boolean any | CASE WHEN @ THEN @ WHEN @ THEN @ END
string | plain plain string | CASE @ WHEN @ THEN 'one' ELSE @ END
decimal | boolean int decimal | CASE WHEN @ THEN @ ELSE @ END
any | ordered ordered any any | decode(@, @, @, @)
boolean | ordered ordered | @ < @
boolean | ordered ordered | @ >= @
boolean | ordered ordered | @ = @
boolean | ordered ordered | @ <> @
boolean | ordered ordered | @ <=> @
boolean | ordered ordered | equal_null(@, @)
boolean | any | isnull(@)
boolean | any | isnotnull(@)
boolean | ordered ordered | @ IS DISTINCT FROM @
boolean | string string | @ IS NOT DISTINCT FROM @
boolean | int bigint | @ = @
boolean | int decimal | @ >= @
boolean | double int | @ <> @
boolean | float double | @ = @
boolean | wide double | @ < @
boolean | int string | @ = @
boolean | string double | @ < @
boolean | date string | @ = @
boolean | timestamp string | @ < @
boolean | string boolean | @ = @
boolean | date timestamp | @ < @
boolean | date ntz | @ >= @
boolean | timestamp ntz | @ = @
boolean | ordered ordered ordered | @ BETWEEN @ AND @
boolean | ordered ordered ordered | @ NOT BETWEEN @ AND @
boolean | int bigint double | @ BETWEEN @ AND @
boolean | ordered ordered ordered | @ IN (@, @)
boolean | string string string | @ NOT IN (@, @)
boolean | int string decimal | @ IN (@, @)
boolean | boolean boolean | @ AND @
boolean | boolean boolean | @ OR @
boolean | boolean | NOT @
boolean | any | @ IS NULL
boolean | string | @ IS NOT NULL
boolean | boolean | @ IS TRUE
boolean | boolean | @ IS NOT FALSE
boolean | boolean | @ IS UNKNOWN
string | any | typeof(@)
int | struct | @.n
string | struct | @.s
int | any any | hash(@, @)
bigint | any any | xxhash64(@, @)
double | int | pi() * @ + e()
`;
