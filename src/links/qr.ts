/** A PNG of 580 pixels or so that phones read from paper: a quiet zone of four modules, and 15 % of it may be damaged. */
export async function qrPng(address: string): Promise<Buffer> {
  const { default: QRCode } = await import('qrcode')
  return QRCode.toBuffer(address, { type: 'png', errorCorrectionLevel: 'M', margin: 4, width: 580 })
}
