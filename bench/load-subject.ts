import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export type Subject = typeof import('./subject.ts')

/** Builds the engine as scripts/build.mjs does, into a folder of its own, and loads it. */
export async function loadSubject(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  const outfile = join(folder, 'engine.mjs')
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'subject.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['denytrace-src'],
      mainFields: ['module', 'main'],
      minifySyntax: true,
      minifyWhitespace: true,
      supported: { 'template-literal': false },
      logLevel: 'warning',
    })
    return (await import(pathToFileURL(outfile).href)) as Subject
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
