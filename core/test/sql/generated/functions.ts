import type { Kind } from './literals.ts';

/** A form of expression: `@` stands for the next argument. */
export interface Form {
  readonly gives: Kind;
  readonly takes: readonly Kind[];
  readonly text: string;
}

/** `int add(int, int)` for each line: what it gives, what it takes, and its text. */
const SCALARS = `
int | int int | @ + @
int | int int | @ - @
bigint | int bigint | @ + @
bigint | bigint int | @ * @
double | double double | @ + @
double | double double | @ * @
double | double double | @ - @
double | int int | @ / @
double | double double | try_divide(@, @)
decimal | decimal decimal | @ + @
decimal | decimal decimal | @ - @
decimal | decimal decimal | @ * @
decimal | decimal decimal | try_divide(@, @)
decimal | decimal int | @ * @
double | decimal double | @ + @
int | int int | @ % nullif(@, 0)
bigint | int int | @ DIV nullif(@, 0)
int | int int | pmod(@, nullif(@, 0))
int | int | abs(@)
decimal | decimal | abs(@)
int | int | -@
double | double | round(@, 1)
decimal | decimal | round(@, 1)
decimal | decimal | bround(@, 1)
int | int | round(@, -1)
bigint | double | ceil(@)
bigint | double | floor(@)
decimal | decimal | ceil(@)
decimal | decimal | floor(@)
double | double | sqrt(abs(@))
double | double | exp(@ / 1024D)
double | double | ln(abs(@) + 1)
double | double double | power(abs(@), @ / 512D)
double | int | sign(@)
int | int int | @ & @
int | int int | @ | @
int | int int | @ ^ @
int | int | ~@
int | int | shiftleft(@, 3)
int | int | bit_count(@)
int | int int | greatest(@, @)
double | double int | least(@, @)
int | boolean int int | if(@, @, @)
string | boolean string string | if(@, @, @)
int | int int int | coalesce(@, @, @)
string | string string | coalesce(@, @)
decimal | int decimal | coalesce(@, @)
int | int int | nullif(@, @)
string | string string | nvl2(@, @, 'none')
int | boolean int int | CASE WHEN @ THEN @ ELSE @ END
string | int string | CASE @ WHEN 1 THEN 'one' WHEN 2 THEN @ END
boolean | int int | @ < @
boolean | int bigint | @ = @
boolean | string string | @ = @
boolean | string string | @ < @
boolean | int decimal | @ >= @
boolean | double int | @ <> @
boolean | date timestamp | @ < @
boolean | date date | @ <= @
boolean | int int | @ <=> @
boolean | string string | @ IS NOT DISTINCT FROM @
boolean | int int int | @ BETWEEN @ AND @
boolean | int int int | @ IN (@, @)
boolean | string string string | @ NOT IN (@, @)
boolean | boolean boolean | @ AND @
boolean | boolean boolean | @ OR @
boolean | boolean | NOT @
boolean | int | @ IS NULL
boolean | string | @ IS NOT NULL
boolean | boolean | @ IS TRUE
boolean | string | @ LIKE '%a%'
boolean | string | @ LIKE '_b%'
boolean | string | @ RLIKE '^[a-z]+'
boolean | string | @ ILIKE 'A%'
boolean | string string | startswith(@, @)
boolean | string string | contains(@, @)
string | string string | concat(@, @)
string | string int | @ || @
string | string | upper(@)
string | string | lower(@)
string | string | initcap(@)
string | string | trim(@)
string | string | ltrim(@)
string | string | rtrim(@)
string | string | reverse(@)
int | string | length(@)
int | string | octet_length(@)
int | string | ascii(@)
string | string int int | substring(@, @, @)
string | string int | left(@, @)
string | string int | right(@, @)
string | string | lpad(@, 6, '*')
string | string | rpad(@, 6, 'ab')
string | string | repeat(@, 2)
string | string string | replace(@, @, '-')
string | string | translate(@, 'ab', 'xy')
string | string string | concat_ws('|', @, @)
int | string string | instr(@, @)
int | string string | locate(@, @)
string | string | regexp_replace(@, '[0-9]+', '#')
string | string | regexp_extract(@, '([a-z]+)', 1)
string | string | split_part(@, ' ', 1)
string | string | md5(@)
string | string | sha2(@, 256)
string | string | hex(@)
string | int | hex(@)
string | string | base64(@)
bigint | string | crc32(@)
int | string string | levenshtein(@, @)
string | string | soundex(@)
string | int | bin(@)
string | int | conv(@, 10, 16)
string | double | format_number(@, 2)
string | int int | format_string('%d/%05d', @, @)
int | string | try_cast(@ AS INT)
double | string | try_cast(@ AS DOUBLE)
decimal | string | try_cast(@ AS DECIMAL(10,2))
date | string | try_cast(@ AS DATE)
timestamp | string | try_cast(@ AS TIMESTAMP)
boolean | string | try_cast(@ AS BOOLEAN)
string | int | CAST(@ AS STRING)
string | double | CAST(@ AS STRING)
string | decimal | CAST(@ AS STRING)
string | boolean | CAST(@ AS STRING)
string | date | CAST(@ AS STRING)
string | timestamp | CAST(@ AS STRING)
string | ints | CAST(@ AS STRING)
int | double | CAST(@ AS INT)
int | decimal | CAST(@ AS INT)
bigint | int | CAST(@ AS BIGINT)
double | decimal | CAST(@ AS DOUBLE)
decimal | int | CAST(@ AS DECIMAL(20,2))
decimal | double | CAST(@ AS DECIMAL(12,3))
date | timestamp | CAST(@ AS DATE)
timestamp | date | CAST(@ AS TIMESTAMP)
bigint | timestamp | unix_micros(@)
int | date | year(@)
int | date | month(@)
int | timestamp | hour(@)
int | timestamp | minute(@)
int | date | dayofweek(@)
int | date | weekday(@)
int | date | dayofyear(@)
int | date | weekofyear(@)
int | date | quarter(@)
date | date int | date_add(@, @ % 1000)
date | date int | date_sub(@, @ % 1000)
date | date int | add_months(@, @ % 100)
int | date date | datediff(@, @)
double | date date | months_between(@, @)
double | timestamp timestamp | months_between(@, @)
date | date | last_day(@)
date | date | next_day(@, 'TU')
date | date | trunc(@, 'MM')
date | date | trunc(@, 'YEAR')
timestamp | timestamp | date_trunc('HOUR', @)
timestamp | timestamp | date_trunc('WEEK', @)
string | timestamp | date_format(@, 'yyyy-MM-dd HH:mm:ss.SSS')
string | date | date_format(@, 'EEE d MMM yy')
timestamp | timestamp | @ + INTERVAL 1 MONTH
timestamp | timestamp | @ - INTERVAL '1 02:03:04' DAY TO SECOND
date | date | @ + INTERVAL 2 MONTHS
bigint | timestamp timestamp | timestampdiff(HOUR, @, @)
int | ints | size(@)
int | ints | @[0]
int | ints int | get(@, @ % 4)
int | ints | try_element_at(@, -1)
boolean | ints int | array_contains(@, @)
ints | ints | sort_array(@)
ints | ints | sort_array(@, false)
ints | ints | array_distinct(@)
ints | ints ints | concat(@, @)
ints | ints ints | array_union(@, @)
ints | ints ints | array_except(@, @)
ints | ints ints | array_intersect(@, @)
boolean | ints ints | arrays_overlap(@, @)
bigint | ints int | array_position(@, @)
ints | ints int | array_remove(@, @)
ints | ints int | array_append(@, @)
ints | ints | reverse(@)
ints | ints | slice(@, 1, 2)
int | ints | array_max(@)
int | ints | array_min(@)
ints | ints | transform(@, x -> x % 5 + 1)
ints | ints | filter(@, x -> x > 0)
boolean | ints | exists(@, x -> x > 5)
boolean | ints | forall(@, x -> x > 5)
int | ints | aggregate(transform(@, x -> x % 100), 0, (a, x) -> a + coalesce(x, 1))
string | texts | array_join(@, ',')
string | texts | array_join(@, ',', '?')
texts | string | split(@, ' ')
texts | texts | array_sort(@)
int | texts | size(@)
string | texts | @[0]
string | int string | map(@, @)[1]
string | int string | to_json(named_struct('n', @, 's', @))
string | string | get_json_object(concat('{"a":"', hex(@), '"}'), '$.a')
`;

const AGGREGATES = `
bigint | int | count(@)
bigint | int | count(DISTINCT @)
bigint | | count(*)
bigint | int | sum(CAST(@ AS BIGINT) % 1000)
decimal | decimal | sum(@)
double | double | sum(@)
double | int | avg(@)
decimal | decimal | avg(@)
int | int | min(@)
int | int | max(@)
string | string | min(@)
string | string | max(@)
date | date | max(@)
boolean | boolean | bool_or(@)
boolean | boolean | every(@)
bigint | boolean | count_if(@)
int | int | bit_or(@)
ints | int | sort_array(collect_list(@))
ints | int | sort_array(collect_set(@))
bigint | int boolean | sum(@ % 100) FILTER (WHERE @)
double | int | percentile(@, 0.5)
double | int | percentile(@, 0.25)
double | int | median(@)
`;

function formsOf(text: string): readonly Form[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [gives = '', takes = '', ...rest] = line.split(' | ');
      const kinds = takes.trim().split(' ').filter(Boolean);
      return { gives: gives.trim() as Kind, takes: kinds as Kind[], text: rest.join(' | ') };
    });
}

export const SCALAR_FORMS = formsOf(SCALARS);
export const AGGREGATE_FORMS = formsOf(AGGREGATES);
