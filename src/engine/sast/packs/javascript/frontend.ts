import { Component, ElementRef } from '@angular/core';
import { DomSanitizer, SafeHtml } from '@angular/platform-browser';

@Component({ selector: 'app-post', template: '<div [innerHTML]="body"></div>' })
export class PostComponent {
  body: SafeHtml;
  constructor(private sanitizer: DomSanitizer, private host: ElementRef) {}

  show(text: string) {
    // ruleid: javascript.xss.angular-trust-bypass
    this.body = this.sanitizer.bypassSecurityTrustHtml(text);
    // ok: javascript.xss.angular-trust-bypass
    this.body = this.sanitizer.bypassSecurityTrustHtml('<hr>');
    // ok: javascript.xss.angular-trust-bypass
    this.body = this.sanitizer.sanitize(1, text);
    // ruleid: javascript.xss.angular-native-element
    this.host.nativeElement.innerHTML = text;
    // ok: javascript.xss.angular-native-element
    this.host.nativeElement.innerHTML = '';
    // ok: javascript.xss.angular-native-element
    this.host.nativeElement.textContent = text;
  }
}
