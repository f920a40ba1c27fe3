/** Any text as the name of a block. */
export const labelFrom = (text: string): string => {
  const plain = text
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')
    .toLowerCase()
  return /^[a-z]/.test(plain) ? plain : `p_${plain}`
}
