import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { readResourcePattern } from '#iam/resource.ts'
import { globCovers, globsApart, patternCovers, patternsApart } from './glob-relations.ts'

const textsOf = (letters: string, length: number): readonly string[] =>
  length === 0 ? [''] : ['', ...textsOf(letters, length - 1).flatMap((text) => [...letters].map((one) => one + text))]

const PATTERNS = [...new Set(textsOf('ab*?', 4))].filter((text) => text !== '')
const TEXTS = [...new Set(textsOf('abc', 5))]

describe('what is seen of two patterns without walking them', () => {
  it('is so for every text up to five letters', () => {
    const globs = PATTERNS.map((text) => {
      const glob = compileGlob(text)
      return { text, glob, held: TEXTS.map((one) => globMatches(glob, one)) }
    })
    let [covering, apart] = [0, 0]
    for (const [i, a] of globs.entries())
      for (const b of globs.slice(i % 7).filter((_, at) => at % 7 === 0)) {
        if (globCovers(a.glob, b.glob)) {
          covering++
          assert.ok(
            b.held.every((isHeld, at) => !isHeld || a.held[at]),
            `${a.text} over ${b.text}`,
          )
        }
        if (globsApart(a.glob, b.glob)) {
          apart++
          assert.ok(
            b.held.every((isHeld, at) => !isHeld || !a.held[at]),
            `${a.text} and ${b.text}`,
          )
        }
      }
    assert.ok(covering > 200 && apart > 200, `${covering} cover, ${apart} are apart`)
  })

  const read = (text: string) => readResourcePattern(text, '2012-10-17', 'identity')

  it('segments of ARNs are looked at one by one', () => {
    const all = read('arn:aws:ec2:*:*:instance/*')
    const own = read('arn:aws:ec2:eu-*:111122223333:instance/i-*')
    assert.ok(patternCovers(all, own))
    assert.ok(!patternCovers(own, all))
    assert.ok(patternsApart(own, read('arn:aws:ec2:us-east-1:*:*')))
    assert.ok(!patternsApart(own, read('arn:aws:ec2:*:111122223333:*')))
  })

  const home = (more: string) => read(`arn:aws:s3:::b/${'$'}{aws:username}${more}`)

  it('a variable may be anything', () => {
    const open = home('/*')
    assert.ok(!patternCovers(read('arn:aws:s3:::b/x/*'), open))
    assert.ok(!patternCovers(read('arn:aws:s3:::b/*s*/*'), open))
    assert.ok(!patternCovers(open, read('arn:aws:s3:::b/*')))
    assert.ok(!patternsApart(open, read('arn:aws:s3:::b/x')))
    assert.ok(patternsApart(open, read('arn:aws:sqs:::q')))
    for (const wide of ['*', 'arn:aws:s3:::b/*', 'arn:aws:s3:::*/*']) assert.ok(patternCovers(read(wide), open), wide)
  })

  it('it is the same in two patterns', () => {
    assert.ok(patternCovers(home('/*'), home('/docs/*')))
    assert.ok(!patternCovers(home('/docs/*'), home('/*')))
    assert.ok(!patternCovers(home('/*'), read(`arn:aws:s3:::b/${'$'}{aws:userid}/*`)))
    assert.ok(!patternCovers(home('/*'), read(`arn:aws:s3:::b/${'$'}{aws:username, 'a'}/*`)))
    assert.ok(!patternCovers(read('arn:aws:s3:::b/?/*'), home('/*')))
  })
})
