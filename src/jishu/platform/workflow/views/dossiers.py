"""The file of a case to take away, and the page that says whether one is genuine. The latter is open to everybody."""

import re
from hashlib import sha256
from io import BytesIO
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from jishu.platform.archive.api import files_of, take_along
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing
from jishu.platform.web.api import open_page, page
from jishu.platform.workflow import archiving, selectors
from jishu.platform.workflow import dossier as sheets
from jishu.platform.workflow.filing import CASE
from jishu.platform.workflow.models import Case, Dossier

MOST_BYTES = 20 << 20
_CODE = re.compile(r"[A-Z2-7]{16}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class CodeForm(forms.Form):
    code = forms.CharField(label="核验码", max_length=40, help_text="印在卷宗末页二维码旁的 16 位字母和数字。")

    def clean_code(self) -> str:
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"]).upper()
        if not _CODE.fullmatch(code):
            raise forms.ValidationError("核验码是 16 位字母和数字（不含 0、1、8、9），请对照卷宗末页重新填写。")
        return code


class GenuineForm(forms.Form):
    """Either will do."""

    file = forms.FileField(label="卷宗文件", required=False, help_text="PDF，不超过 20 MB。只计算摘要，不保存文件。")
    digest = forms.CharField(
        label="或者填写文件摘要（SHA-256）",
        required=False,
        max_length=100,
        help_text="64 位十六进制数，可由其他软件算出。",
    )

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(f"文件有 {file.size / 1048576:.1f} MB，超过 20 MB，请核对是否选错了文件。")
        return file  # type: ignore[no-any-return]

    def clean_digest(self) -> str:
        digest = re.sub(r"[\s:]", "", self.cleaned_data["digest"]).lower()
        if digest and not _DIGEST.fullmatch(digest):
            raise forms.ValidationError("SHA-256 摘要应为 64 位十六进制数（0–9、a–f），请重新填写。")
        return digest

    def clean(self) -> None:
        if not self.errors and not self.cleaned_data.get("file") and not self.cleaned_data.get("digest"):
            raise forms.ValidationError("请选择卷宗文件，或者填写文件摘要。")

    def told(self) -> str:
        """The digest of what was handed in."""
        file = self.cleaned_data["file"]
        if not file:
            return str(self.cleaned_data["digest"])
        sum_of = sha256()
        for chunk in file.chunks():
            sum_of.update(chunk)
        return sum_of.hexdigest()


@page("workflow.view_case")
def dossier(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponseBase:
    """The archived file of an ended case; of any other, or without what one may not see, a sheet set just now."""
    held = selectors.cases_visible_to(actor).filter(uid=uid).first()
    if held is None or held.state == Case.State.DRAFT:
        raise Missing
    hidden = selectors.hidden_from(actor, held)
    name = f"{held.number}.pdf"
    if files_of(CASE, held.uid, hidden).exists():
        take_along(actor, kind=CASE, subject=held.uid, hidden=hidden)
    if held.state in archiving.FINAL and not hidden:
        kept = archiving.opened(archiving.dossier_of(held))
        return FileResponse(kept, as_attachment=True, filename=name, content_type="application/pdf")
    note = sheets.MASKED if hidden else sheets.UNFINISHED
    paper = BytesIO(sheets.pdf_of(held, note=note, hidden=hidden))
    return FileResponse(paper, as_attachment=True, filename=name, content_type="application/pdf")


@open_page
@never_cache
def verify_any(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect(reverse("workflow:verify", args=[form.cleaned_data["code"]]))
    return render(request, "workflow/verify_any.html", {"form": form}, status=422 if form.errors else 200)


@open_page
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Number, item, state, time, and whether a file is the one archived; nothing about people or content."""
    kept = Dossier.objects.select_related("case").filter(code=code.upper()).first()
    if kept is None:
        form = CodeForm({"code": code})
        if form.is_valid():
            form.add_error(
                "code", "没有这个核验码对应的卷宗，请核对后重新填写；如核对无误，该文件不是本平台归档的卷宗。"
            )
        return render(request, "workflow/verify_any.html", {"form": form}, status=404)
    asked = request.method == "POST"
    form_of_file = GenuineForm(request.POST, request.FILES) if asked else GenuineForm()
    is_genuine = form_of_file.told() == kept.digest if asked and form_of_file.is_valid() else None
    context = {"kept": kept, "case": kept.case, "form": form_of_file, "is_genuine": is_genuine}
    return render(request, "workflow/verify.html", context, status=422 if form_of_file.errors else 200)
