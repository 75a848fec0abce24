/** Lists of creators, handed over as a door would. */
import type { FileRef } from '../src/command.ts'
import type { World } from './world.ts'

export const csv = (...lines: string[]): Uint8Array => Buffer.from(lines.join('\r\n'), 'utf8')

/** Three creators of the shop's earlier program. */
export const three = csv(
  'Name,Handle,E-mail,Country,Niche,Code,Link,Rate %,Tier,Tags,Opening balance,Currency',
  'Mia Lind,@mia.glow,mia@example.com,Germany,beauty,MIA15,https://shop.example.com/serum,12,Gold,"vip, summer",50.00,EUR',
  'Bo Berg,tiktok.com/@bo.berg,bo@example.com,AT,food,BO10 BO20,,,,,-12.50,EUR',
  'Cy Cole,,cy@example.com,,,CYCOLE,,,,,,',
)

/** The file as a command gets it, stored. */
export async function handOver(w: World, bytes: Uint8Array, name = 'roster.csv'): Promise<FileRef> {
  const file = await w.within((ctx) => ctx.store(bytes, name))
  return { platform: 'web', ref: file.id, name, bytes: file.bytes, mime: file.mime }
}

/** The creator of a name. */
export const named = (w: World, name: string) => w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { name } }))
