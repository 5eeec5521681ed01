/**
 * Cells are exact and ready to show: integers beyond 2^53, decimals, dates and timestamps are strings; booleans, null and small
 * numbers are themselves; structs, arrays and maps are JSON text.
 */
export type Cell = string | number | boolean | null;
