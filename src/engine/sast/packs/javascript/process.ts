import { exec } from 'node:child_process';
import * as cp from 'child_process';
import { Controller, Get, Query } from '@nestjs/common';

@Controller('tools')
export class ToolsController {
  @Get('ping')
  ping(@Query('host') host: string, label: string) {
    // ruleid: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal, javascript.process.shell-command-parameter
    exec('ping -c 1 ' + host);
    // ok: javascript.process.shell-command-taint
    // ruleid: javascript.process.shell-command-non-literal
    cp.exec('logger ' + label);
  }
}

export async function POST(request: Request) {
  const data = await request.json();
  // ruleid: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  cp.exec(`convert ${data.name} out.png`);
  // ok: javascript.process.shell-command-taint, javascript.process.shell-command-non-literal
  cp.exec('convert in.png out.png');
}
