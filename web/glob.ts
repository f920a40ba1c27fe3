/** Whether a pattern with `*` and `?` covers a text, letter case aside; walked, never made into a regular expression. */
export function covers(pattern: string, text: string): boolean {
  const [p, t] = [pattern.toLowerCase(), text.toLowerCase()]
  let [i, j, star, mark] = [0, 0, -1, 0]
  while (j < t.length) {
    if (i < p.length && p[i] === '*') {
      star = i++
      mark = j
    } else if (i < p.length && (p[i] === '?' || p[i] === t[j])) {
      i++
      j++
    } else if (star >= 0) {
      i = star + 1
      j = ++mark
    } else return false
  }
  while (p[i] === '*') i++
  return i === p.length
}
