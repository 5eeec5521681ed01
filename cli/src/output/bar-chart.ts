/** A horizontal bar chart in plain text, one line a value; negative values draw no bar. */
export function barChart(
  title: string,
  values: readonly { readonly label: string; readonly value: number }[],
  width = 50,
): string {
  const most = Math.max(0, ...values.map(({ value }) => value));
  const labelWidth = Math.max(0, ...values.map(({ label }) => label.length));
  const lines = values.map(({ label, value }) => {
    const length = most === 0 ? 0 : Math.max(0, Math.round((value / most) * width));
    return `${label.padEnd(labelWidth)}  ${'█'.repeat(length).padEnd(width)}  ${Math.round(value).toLocaleString('en')}`;
  });
  return [title, ...lines].join('\n');
}
