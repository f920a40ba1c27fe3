/**
 * What the pages of the guide gain within the service: the theme that was chosen on the page, a copy of every example, and the way
 * back to the diagnosis that was read. Without it they are whole.
 */
const root = document.documentElement

function kept(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(name)
  } catch {
    // Storage may be turned off.
    return null
  }
}

const theme = kept(() => localStorage, 'denytrace-theme')
if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme

/** What is typed of a session in a terminal: its commands, with the lines that they go on in; of another text all. */
function typedOf(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  if (!lines.some((line) => line.startsWith('$ '))) return lines.join('\n')
  let goesOn = false
  const typed = lines.filter((line) => {
    const is = goesOn || line.startsWith('$ ')
    goesOn = is && line.endsWith('\\')
    return is
  })
  return typed.map((line) => (line.startsWith('$ ') ? line.slice(2) : line)).join('\n')
}

function addCopy(pre: HTMLPreElement): void {
  const text = typedOf(pre.textContent ?? '')
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  const say = (words: string): void => void (button.textContent = words)
  say('Copy')
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not copied: select it'),
    )
    setTimeout(() => say('Copy'), 2000)
  })
  const box = document.createElement('div')
  box.className = 'code'
  pre.replaceWith(box)
  box.append(pre, button)
}

function addWayBack(): void {
  const back = kept(() => sessionStorage, 'denytrace-back') ?? ''
  if (!/^\/d\/[\w%.~-]{1,400}(?:\?[\w=&%.~+-]{0,800})?$/.test(back)) return
  const link = document.createElement('a')
  link.className = 'back'
  link.href = back
  link.textContent = '← To your diagnosis'
  document.querySelector('.top > nav')?.after(link)
}

addEventListener('DOMContentLoaded', () => {
  for (const pre of document.querySelectorAll('pre')) addCopy(pre)
  addWayBack()
})
