import os

from django import forms
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt, csrf_protect

# ruleid: python.django.debug-setting
DEBUG = True
INSTALLED_APPS = ["example"]
# ruleid: python.django.fixed-secret-key
SECRET_KEY = "change-me-change-me"
# ok: python.django.fixed-secret-key
SECRET_KEY = os.environ["SECRET_KEY"]
# ruleid: python.django.allowed-hosts
ALLOWED_HOSTS = ["*"]
# ok: python.django.allowed-hosts
ALLOWED_HOSTS = ["example.com"]
# ruleid: python.django.insecure-settings
SESSION_COOKIE_SECURE = False
# ok: python.django.insecure-settings
CSRF_COOKIE_SECURE = True
# ruleid: python.django.pickle-session
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
# ok: python.django.pickle-session
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
# ruleid: python.django.weak-hasher
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# ok: python.django.weak-hasher
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# ruleid: python.django.anonymous-api
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"]}
# ok: python.django.anonymous-api
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
if os.environ.get("STAGE") == "test":
    # ok: python.django.debug-setting
    DEBUG = False


def page(request, text):
    # ruleid: python.django.mark-safe-call
    a = mark_safe("<b>fixed</b>")
    # ruleid: python.django.mark-safe-built, python.django.mark-safe-call, python.django.mark-safe-variable
    b = mark_safe("<b>" + text + "</b>")
    # ruleid: python.django.mark-safe-built, python.django.mark-safe-variable
    c = SafeString(f"<b>{text}</b>")
    # ok: python.django.mark-safe-built, python.django.mark-safe-call, python.django.mark-safe-variable
    d = format_html("<b>{}</b>", text)
    # ruleid: python.django.format-html-built
    e = format_html(f"<b>{text}</b>")
    # ok: python.django.format-html-built
    f = format_html("<b>{}</b>", text)
    # ruleid: python.django.mark-safe-call, python.django.mark-safe-variable, python.django.request-markup
    g = mark_safe(request.GET["name"])
    # ok: python.django.request-markup
    h = format_html("<b>{}</b>", request.GET["name"])
    return HttpResponse(a + b + c + d + e + f + g + h)


# ruleid: python.django.csrf-exempt
@csrf_exempt
def hook(request):
    return HttpResponse("done")


# ok: python.django.csrf-exempt
@csrf_protect
def form_view(request):
    return HttpResponse("done")


# ruleid: python.django.clickjacking-exempt
@xframe_options_exempt
def widget(request):
    return HttpResponse("widget")


# ok: python.django.clickjacking-exempt
def no_widget(request):
    return HttpResponse("page")


class EntryForm(forms.ModelForm):
    class Meta:
        # ruleid: python.django.all-fields
        fields = "__all__"


class SafeEntryForm(forms.ModelForm):
    class Meta:
        # ok: python.django.all-fields
        fields = ["title"]


def create(request, Account):
    # ruleid: python.django.request-mass-assignment
    account = Account.objects.create(**request.POST.dict())
    # ok: python.django.request-mass-assignment
    other = Account.objects.create(name=request.POST["name"])
    return HttpResponse(str((account, other)))
